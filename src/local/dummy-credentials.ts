/** What clients of the local cloud sign with: the emulators take any credentials, the SDK insists on some. */
export const DUMMY_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;
