import { type Owner, ownerOf } from './credentials.ts';
import { InvalidRecord, refuse } from './errors.ts';
import type { Route } from './routes.ts';
import type { Signed } from './signature.ts';
import type { Scope } from './token-request.ts';
import type { World } from './world.ts';

/** Who calls, in words fit for the log, whose credential it is, and why the call is refused, if it is. */
export interface Caller {
  mark: string;
  owner?: Owner;
  refusal?: InvalidRecord;
}

interface Asked {
  service: string;
  project: string;
}

function demandProject(project: string, allowed: string | undefined): void {
  if (allowed !== project) refuse('DCS.1004');
}

function demandScope(world: World, { project, domain }: Scope): void {
  const wanted = world.settings.sms_token_scope;
  if (wanted === 'project' && project === undefined) refuse('SMS.6521');
  if (wanted === 'domain' && domain === undefined) refuse('SMS.6521');
}

function byToken(world: World, request: Signed, { service, project }: Asked): Owner {
  const token = request.headers['x-auth-token'];
  if (typeof token !== 'string' || token === '') throw new InvalidRecord('APIGW.0301', 'x-auth-token not found');
  const { scope, user } = world.tokens.verify(token);
  if (service === 'dcs') demandProject(project, scope.project?.id);
  if (service === 'sms') demandScope(world, scope);
  return ownerOf(user);
}

/** What SMS asks of a signed request, where the sources differ: the account's id, a project's, or nothing. */
function demandHeader(world: World, { headers }: Signed, { domainId }: Owner): void {
  const wanted = world.settings.sms_scope_header;
  if (wanted === 'project' && !headers['x-project-id']) refuse('SMS.6015');
  if (wanted !== 'domain') return;
  if (!headers['x-domain-id']) refuse('SMS.6035');
  if (headers['x-domain-id'] !== domainId) refuse('APIGW.0301', 'x-domain-id is not that of the access key');
}

function byKey(world: World, request: Signed, { service, project }: Asked): Owner {
  const owner = ownerOf(world.keys.verify(request, world.settings.lockout_ms));
  const named = request.headers['x-project-id'];
  if (service === 'dcs' && named !== undefined) demandProject(project, String(named));
  if (service === 'dcs' && owner.projects?.every(({ id }) => id !== project)) refuse('DCS.1004');
  if (service === 'sms') demandHeader(world, request, owner);
  return owner;
}

function nameOf(world: World, request: Signed): string {
  const { authorization } = request.headers;
  if (authorization !== undefined) return `access key ${world.keys.access(authorization)}`;
  return request.headers['x-auth-token'] === undefined ? 'no credential' : 'token';
}

/** Verifies signature or token before anything else happens, as the gateway does. */
export function authenticate(world: World, request: Signed, route: Route, project: string): Caller {
  const name = nameOf(world, request);
  if (route.open) return { mark: `${name}, not asked for` };
  const verify = request.headers.authorization === undefined ? byToken : byKey;
  try {
    const owner = verify(world, request, { service: route.service, project });
    return { mark: `${name}, verified`, owner };
  } catch (reason) {
    if (!(reason instanceof InvalidRecord)) throw reason;
    return { mark: `${name}, refused: ${reason.code}`, refusal: reason };
  }
}
