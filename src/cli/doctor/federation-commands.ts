import { ENTRA_AUDIENCE } from '#shared/aws/web-identity-token.ts';
import { shellWord } from './shell-words.ts';

/** The command that lets a role in; `name` and `subject` may hold `$ROLE`, out of the quotes. `client`: a shell word. */
function federate(name: string, subject: string, client: string): string {
  const json = `{"name":"${name}","issuer":"'"$ISSUER"'","subject":"${subject}","audiences":["${ENTRA_AUDIENCE}"]}`;
  return `az ad app federated-credential create --id ${client} --parameters '${json}'`;
}

/** A federated credential's name: https://learn.microsoft.com/graph/api/resources/federatedidentitycredential */
function credentialName(role: string): string {
  return role
    .slice(role.lastIndexOf('/') + 1)
    .replaceAll(/[^\w-]/g, '-')
    .slice(0, 120);
}

/** Commands that make an issuer of tokens, and leave its URL in `$ISSUER`. */
export const ISSUER_COMMANDS: readonly string[] = [
  'aws iam enable-outbound-web-identity-federation || true',
  'ISSUER=$(aws iam get-outbound-web-identity-federation-info --query IssuerIdentifier --output text)',
];

/**
 * Commands that let roles in as the application `client` (a shell word): those that are known, else those that the stack
 * tells in `output` when the commands run. They want `$ISSUER`.
 */
export function federationCommands(
  { stack, output }: { readonly stack: string; readonly output: string },
  roles: readonly string[],
  client: string,
): string[] {
  if (roles.length > 0) return roles.map((role) => federate(credentialName(role), role, client));
  const query = `Stacks[0].Outputs[?OutputKey=='${output}'].OutputValue`;
  return [
    `for ROLE in $(aws cloudformation describe-stacks --stack-name ${shellWord(stack)} --query "${query}" --output text); do`,
    `  ${federate(`'"\${ROLE##*/}"'`, `'"$ROLE"'`, client)}`,
    'done',
  ];
}
