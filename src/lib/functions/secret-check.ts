import type { Service } from '../operations/operation.ts';
import { lackFor, readCredential } from '../provider/credentials.ts';
import { SecretShapeError } from '../secrets/secret-shape.ts';

/** Throws a SecretShapeError if the text of a credential can't be used for the services. It names the member and never a value. */
export function inspectCredential(text: string, services: readonly Service[] = []): void {
  const read = readCredential(text);
  const problem =
    'problem' in read ? read.problem : services.flatMap((service) => lackFor(service, read.credential) ?? [])[0];
  if (problem !== undefined)
    throw new SecretShapeError(`the secret of PROVIDER_CREDENTIALS is not well formed: ${problem}`);
}

/** The problems of secrets that are malformed, without any value. A secret that can't be read now is left out. */
export async function shapeProblems(readings: Promise<unknown>[]): Promise<string[]> {
  const ends = await Promise.allSettled(readings);
  const reasons: unknown[] = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  return reasons.flatMap((reason) => (reason instanceof SecretShapeError ? [reason.message] : []));
}
