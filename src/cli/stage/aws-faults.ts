import { EXIT } from '../terminal/exit-codes.ts';
import { CliFault } from '../terminal/fault.ts';

/** What AWS and the way to it say, by whose affair it is. */
const DENIED: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'log in as for the AWS CLI (aws sso login, or set AWS_PROFILE)',
  TokenProviderError: 'log in again (aws sso login)',
  ExpiredToken: 'log in again: the session has expired',
  ExpiredTokenException: 'log in again: the session has expired',
  UnrecognizedClientException: 'check the credentials: AWS does not know the key',
  InvalidClientTokenId: 'check the credentials: AWS does not know the key',
  InvalidSignatureException: 'check the credentials and the clock of this machine',
  SignatureDoesNotMatch: 'check the credentials and the clock of this machine',
  AccessDenied: 'ask for the right that AWS names',
  AccessDeniedException: 'ask for the right that AWS names',
};
const MISSING = new Set(['ResourceNotFoundException', 'QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']);

/** Any error as the command shows it: a fault of its own as it is, AWS's by whether it is a matter of rights. */
export function toFault(error: unknown): CliFault {
  if (error instanceof CliFault) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const fix = DENIED[name];
  if (fix !== undefined) return new CliFault('access_denied', EXIT.denied, [{ message, why: name, fix }], error);
  if (MISSING.has(name)) {
    const trouble = { message: 'a part of the stage is missing', why: message, fix: 'relay doctor shows which' };
    return new CliFault('part_missing', EXIT.denied, [trouble], error);
  }
  return new CliFault(
    'failed',
    EXIT.broken,
    [{ message: causeOf(error) ?? message, why: whyOf(error), fix: FIX }],
    error,
  );
}

const FIX = 'relay doctor checks the stage; --verbose shows the stack';
const whyOf = (error: unknown) => (error instanceof Error && error.name !== 'Error' ? error.name : undefined);

/** fetch hides why it failed one level deeper. */
function causeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !(error.cause instanceof Error)) return undefined;
  const { message, code } = error.cause as Error & { code?: string };
  return [error.message, message || code].filter(Boolean).join(': ');
}
