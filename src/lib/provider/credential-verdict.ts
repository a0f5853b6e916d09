import type { Failure } from '../relay/completion.ts';
import type { Answer } from '../relay/provider.ts';

/** What an answer shows about the credential of its request. `unknown` means nothing, for example when there was no reply. */
export type Verdict = 'accepted' | 'refused' | 'unknown';

/** Any reply of a provider that has checked the credential, except a refusal of it, shows that it was accepted. */
export function verdictOf(answer: Answer): Verdict {
  if (answer.ok) return 'accepted';
  if (isUnchecked(answer)) return 'unknown';
  // DCS.1004 refuses only the project.
  return answer.error.class === 'unauthenticated' && answer.error.code !== 'DCS.1004' ? 'refused' : 'accepted';
}

/** Codes with which the gateway says that it could not check the credential. */
const UNCHECKED = new Set(['APIGW.0608', 'APIGW.0613']);

/** True for what may come before the credential is checked: no reply, a limit, or a 5xx with a code of the relay's own. */
const isUnchecked = ({ status, error: { code } }: Failure) =>
  status === undefined || status === 429 || UNCHECKED.has(code) || (status >= 500 && /^[a-z]/.test(code));

/** True if a new credential may help. A request that may have been carried out never has that remedy. */
export const isCurable = ({ error }: Failure): boolean => error.remedy === 'after_refresh';
