import type { Cause, ErrorClass, ProviderError } from './provider.ts';

const CAUSES: Record<Cause, string> = {
  address:
    'Check providerRegion and the endpoints of the stage: the called endpoint does not have such an API, so the task itself may exist.',
  firewall:
    "A firewall refused the request before any service received it: ask the provider's support, or the operators of a firewall between relay and provider, to let the relay's requests through.",
  proxy:
    'Something between relay and provider answered in place of the provider, which always gives a code: check the endpoints of the stage and the proxies.',
  request:
    "The change is valid, but the provider refuses the form of the relay's requests: report the code and the request id to the operators of the relay.",
  network: "Ask the provider to allow the relay's network address at its API gateway.",
  quota: 'Raise the quota at the provider, or free some of it, then send the change again under a new id.',
  account:
    "Put the provider's account in order (payment, freeze, verification), then send the change again under a new id.",
  credential:
    "Check the credential of the stage at the provider: its user or key, its account (domain_id) and its project (project_id), and the change's project.",
  service:
    'Another service than the called one refused the request, so the change may be valid: look up the code in the manual of the service that its letters name.',
};

const ADVICE: Record<string, string> & { unknown: string } = {
  invalid_request: 'Correct the change and send it under a new id.',
  unauthenticated: "Check the relay's credential and its project or account; the same request will be refused again.",
  'unauthenticated after_refresh':
    "Check that the relay's credential is valid and its clock right; it was renewed once.",
  forbidden: "Grant the relay's user the permission for this call, then send the change under a new id.",
  not_found: 'Check the ids of the change: what they name does not exist.',
  conflict: 'Look at the task: its present state does not allow the change.',
  'conflict later': 'Nothing to do yet: the state that forbids the change passes, and the relay tries again.',
  'conflict after_change':
    'Bring the task or its servers into a state that allows the change, then send it under a new id.',
  throttled: 'Nothing to do yet: the relay waits and tries again; lower the rate of changes if it persists.',
  service_error: "Ask the provider's support, with the request id.",
  'service_error later': "Nothing to do yet: the relay tries again; ask the provider's support if it persists.",
  unknown: "Look up the code in the provider's manual.",
  dns_failed: "Check the relay's endpoint and its network; the relay tries again.",
  tls_failed: "Check the relay's endpoint and the certificate that it shows; the relay tries again.",
  credentials_unavailable:
    "Check that the credential's secret exists and that the relay may read it; the relay tries again.",
  credentials_malformed: "Correct the named fields of the credential's secret; the relay tries again.",
  provider_paused:
    "Nothing to do yet: the relay checks whether the provider is back; ask the provider's support if it persists.",
  service_not_configured:
    'Send the change to a relay of a cloud that has the service, or give this one an endpoint for it.',
};

/** What the choice of an error's advice depends on. */
type ErrorKind = Pick<ProviderError, 'class' | 'remedy' | 'cause'> & { code?: string };

/** The relay's own sentence for an error: what to do about it. */
export function adviceFor({ class: what, remedy, cause, code = '' }: ErrorKind): string {
  if (remedy === 'reconcile') return 'Read the task before anything else: the request may have been carried out.';
  const ofCause = cause && remedy !== 'later' ? CAUSES[cause] : undefined;
  return ADVICE[code] ?? ofCause ?? ADVICE[`${what} ${remedy}`] ?? ADVICE[what] ?? ADVICE.unknown;
}

const AGAIN = 'then send the change again under a new id.';

/** What to do, by class, about a temporary condition that lasted too long. */
const AT_END: Partial<Record<ErrorClass, string>> = {
  conflict: `Look at the task and wait until its state allows the change, ${AGAIN}`,
  throttled: `Lower the rate of changes, or wait, ${AGAIN}`,
  service_error: `Ask the provider's support, with the request id, and wait until its service answers, ${AGAIN}`,
};

/** The advice of an error that ends a change. It must not promise that the relay tries again. */
export function adviceAtEnd({ class: what, advice }: ProviderError): string {
  if (advice.startsWith('Nothing to do yet')) return AT_END[what] ?? advice;
  return advice.replace(/; the relay tries again\.$/, `, ${AGAIN}`);
}
