import { type Owner, ownerOf } from './credentials.ts';
import { ProviderError, refuse } from './errors.ts';
import type { Route } from './route.ts';
import type { Signed } from './signature.ts';
import type { Scope } from './token-request.ts';
import type { World } from './world.ts';

/** The caller of a request: a label for the log, the owner of the credential, and why the call is refused, if it is. */
export interface Caller {
  label: string;
  owner?: Owner;
  refusal?: ProviderError;
}

interface Target {
  service: string;
  project: string;
}

function checkProject(project: string, allowed: string | undefined): void {
  if (allowed !== project) refuse('DCS.1004');
}

function checkTokenScope(world: World, { project, domain }: Scope): void {
  const wanted = world.settings.sms_token_scope;
  if (wanted === 'project' && project === undefined) refuse('SMS.6521');
  if (wanted === 'domain' && domain === undefined) refuse('SMS.6521');
}

function verifyToken(world: World, request: Signed, { service, project }: Target): Owner {
  const token = request.headers['x-auth-token'];
  if (typeof token !== 'string' || token === '') throw new ProviderError('APIGW.0301', 'x-auth-token not found');
  const { scope, user } = world.tokens.verify(token);
  if (service === 'dcs') checkProject(project, scope.project?.id);
  if (service === 'sms') checkTokenScope(world, scope);
  return ownerOf(user);
}

/** The sources differ in the header that SMS requires of a signed request: the account's id, a project's id, or none. */
function checkScopeHeader(world: World, { headers }: Signed, { domainId }: Owner): void {
  const wanted = world.settings.sms_scope_header;
  if (wanted === 'project' && !headers['x-project-id']) refuse('SMS.6015');
  if (wanted !== 'domain') return;
  if (!headers['x-domain-id']) refuse('SMS.6035');
  if (headers['x-domain-id'] !== domainId) refuse('APIGW.0301', 'x-domain-id is not that of the access key');
}

function verifyKey(world: World, request: Signed, { service, project }: Target): Owner {
  const owner = ownerOf(world.keys.verify(request, world.settings.lockout_ms));
  const named = request.headers['x-project-id'];
  if (service === 'dcs' && named !== undefined) checkProject(project, String(named));
  if (service === 'dcs' && owner.projects?.every(({ id }) => id !== project)) refuse('DCS.1004');
  if (service === 'sms') checkScopeHeader(world, request, owner);
  return owner;
}

function credentialName(world: World, request: Signed): string {
  const { authorization } = request.headers;
  if (authorization !== undefined) return `access key ${world.keys.access(authorization)}`;
  return request.headers['x-auth-token'] === undefined ? 'no credential' : 'token';
}

/** Verifies signature or token before anything else, as the gateway does. */
export function authenticate(world: World, request: Signed, route: Route, project: string): Caller {
  const name = credentialName(world, request);
  if (route.open) return { label: `${name}, not asked for` };
  const verify = request.headers.authorization === undefined ? verifyToken : verifyKey;
  try {
    const owner = verify(world, request, { service: route.service, project });
    return { label: `${name}, verified`, owner };
  } catch (reason) {
    if (!(reason instanceof ProviderError)) throw reason;
    return { label: `${name}, refused: ${reason.code}`, refusal: reason };
  }
}
