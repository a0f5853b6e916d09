import { Refusal, refuse } from './errors.ts';
import type { Route } from './routes.ts';
import type { Signed } from './signature.ts';
import type { World } from './world.ts';

/** Who calls, in words fit for the log, and why the call is refused, if it is. */
export type Caller = { mark: string; refusal?: Refusal };

const demandProject = (service: string, project: string, allowed: string | undefined): void => {
  if (service === 'dcs' && allowed !== project) refuse('DCS.1004');
};

const byToken = (world: World, request: Signed, service: string, project: string): void => {
  const token = request.headers['x-auth-token'];
  if (typeof token !== 'string' || token === '') throw new Refusal('APIGW.0301', 'x-auth-token not found');
  const scope = world.tokens.verify(token);
  demandProject(service, project, scope.project?.id);
};

const byKey = (world: World, request: Signed, service: string, project: string): void => {
  world.keys.verify(request, world.settings.lockout_ms);
  const named = request.headers['x-project-id'];
  if (named !== undefined) demandProject(service, project, String(named));
};

const nameOf = (world: World, request: Signed): string => {
  const { authorization } = request.headers;
  if (authorization !== undefined) return `access key ${world.keys.access(authorization)}`;
  return request.headers['x-auth-token'] === undefined ? 'no credential' : 'token';
};

/** Verifies signature or token before anything else happens, as the gateway does; SMS takes tokens of either scope. */
export const authenticate = (world: World, request: Signed, route: Route, project: string): Caller => {
  const name = nameOf(world, request);
  if (route.open) return { mark: `${name}, not asked for` };
  const verify = request.headers.authorization === undefined ? byToken : byKey;
  try {
    verify(world, request, route.service, project);
    return { mark: `${name}, verified` };
  } catch (reason) {
    if (!(reason instanceof Refusal)) throw reason;
    return { mark: `${name}, refused: ${reason.code}`, refusal: reason };
  }
};
