/** Every value of `userIdentity.type`, and what it says. */
export const USER_TYPES = {
  User: 'A person, member or guest, by the directory.',
  Application: 'A service principal of an application: no person is signed in.',
  ManagedIdentity: 'The identity that Azure manages for a resource.',
  Platform:
    'Azure or Microsoft 365 itself: health, alerts, policy scans, scheduled changes, system accounts.',
  SharedKey: 'Whoever holds an account key or a shared access signature; Azure does not know who.',
  Kubernetes: 'An identity inside a cluster, as the Kubernetes API server names it.',
  Anonymous: 'A request without credentials.',
  Unknown: 'The record does not tell.',
} as const;

export type UserType = keyof typeof USER_TYPES;
