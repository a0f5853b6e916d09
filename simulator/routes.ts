import { DCS_ROUTES } from './dcs/routes.ts';
import { ProviderError } from './errors.ts';
import { IAM_ROUTES } from './iam.ts';
import { isMembers, readBytes } from './json.ts';
import type { Route } from './route.ts';
import type { Cloud } from './settings.ts';
import { SMS_ROUTES } from './sms/routes.ts';
import type { PathIds } from './world.ts';

/** All calls of the provider that are answered. */
export const ROUTES: readonly Route[] = [...DCS_ROUTES, ...SMS_ROUTES, ...IAM_ROUTES];

const UNKNOWN_ROUTE: Route = {
  service: 'unknown',
  operation: 'unknown',
  method: '',
  path: '',
  pattern: /^/,
  run: () => {
    throw new ProviderError('APIGW.0101');
  },
  open: true,
};

const decoded = (segment = ''): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

const idsIn = ({ project, task, source, job }: Partial<PathIds> = {}): PathIds => ({
  project: decoded(project),
  task: decoded(task),
  source: decoded(source),
  job: decoded(job),
});

/** The route of a request and the ids in its path. A path without a route gets the gateway's reply to an unknown URL. */
export function findRoute(method: string, path: string, cloud: Cloud): { route: Route; ids: PathIds } {
  const offered = ROUTES.filter((route) => route.method === method && (route.cloud ?? cloud) === cloud);
  for (const route of offered) {
    const found = route.pattern.exec(path);
    if (found) return { route, ids: idsIn(found.groups) };
  }
  return { route: UNKNOWN_ROUTE, ids: idsIn() };
}

/** The only task that the body of a call lists; empty if the call's body lists none, or more. */
export function taskInBody({ tasksIn }: Route, body: Buffer): string {
  const value = tasksIn === undefined ? undefined : readBytes(body);
  const listed = tasksIn !== undefined && isMembers(value) ? value[tasksIn] : undefined;
  const [task, ...more] = Array.isArray(listed) ? (listed as unknown[]) : [];
  return typeof task === 'string' && more.length === 0 ? task : '';
}
