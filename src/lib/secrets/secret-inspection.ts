import { readCredential } from '../provider/credentials.ts';
import { SecretShapeError } from './secret-shape.ts';

/** Throws a SecretShapeError if a provider credential's text can't be used; its message names the member, never a value. */
export function inspectCredential(text: string): void {
  const read = readCredential(text);
  if ('problem' in read)
    throw new SecretShapeError(`the secret behind PROVIDER_CREDENTIALS has the wrong shape: ${read.problem}`);
}

/** What is wrong with the shape of secrets, in words without a value; nothing of one that can't be read now. */
export async function misshapen(readings: Promise<unknown>[]): Promise<string[]> {
  const ends = await Promise.allSettled(readings);
  const reasons: unknown[] = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  return reasons.flatMap((reason) => (reason instanceof SecretShapeError ? [reason.message] : []));
}
