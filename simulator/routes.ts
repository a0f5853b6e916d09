import { setOnlineMigrationTask, showMigrationTask, updateMigrationTask } from './dcs/configuration.ts';
import { ProviderError } from './errors.ts';
import { createToken, listAuthDomains, listProjects } from './iam.ts';
import { updateTaskStatus } from './sms/action.ts';
import { showTask, updateTask } from './sms/update.ts';
import type { Operation } from './world.ts';

/** A provider operation: its URL, and the function that answers it. `open` needs no credential. */
export interface Route {
  service: 'dcs' | 'sms' | 'iam' | 'unknown';
  operation: string;
  method: string;
  path: RegExp;
  run: Operation;
  open?: true;
}

const unknownPath: Operation = () => {
  throw new ProviderError('APIGW.0101');
};

const ROUTES: Route[] = [
  {
    service: 'dcs',
    operation: 'SetOnlineMigrationTask',
    method: 'POST',
    path: /^\/v2\/(?<project>[^/]+)\/migration\/(?<task>[^/]+)\/task$/,
    run: setOnlineMigrationTask,
  },
  {
    service: 'dcs',
    operation: 'UpdateMigrationTask',
    method: 'PUT',
    path: /^\/v2\/(?<project>[^/]+)\/migration-task\/(?<task>[^/]+)$/,
    run: updateMigrationTask,
  },
  {
    service: 'dcs',
    operation: 'ShowMigrationTask',
    method: 'GET',
    path: /^\/v2\/(?<project>[^/]+)\/migration-task\/(?<task>[^/]+)$/,
    run: showMigrationTask,
  },
  { service: 'sms', operation: 'UpdateTask', method: 'PUT', path: /^\/v3\/tasks\/(?<task>[^/]+)$/, run: updateTask },
  {
    service: 'sms',
    operation: 'UpdateTaskStatus',
    method: 'POST',
    path: /^\/v3\/tasks\/(?<task>[^/]+)\/action$/,
    run: updateTaskStatus,
  },
  { service: 'sms', operation: 'ShowTask', method: 'GET', path: /^\/v3\/tasks\/(?<task>[^/]+)$/, run: showTask },
  {
    service: 'iam',
    operation: 'CreateToken',
    method: 'POST',
    path: /^\/v3\/auth\/tokens$/,
    run: createToken,
    open: true,
  },
  { service: 'iam', operation: 'ListProjects', method: 'GET', path: /^\/v3\/projects$/, run: listProjects },
  { service: 'iam', operation: 'ListAuthDomains', method: 'GET', path: /^\/v3\/auth\/domains$/, run: listAuthDomains },
];

const UNKNOWN_ROUTE: Route = {
  service: 'unknown',
  operation: 'unknown',
  method: '',
  path: /^/,
  run: unknownPath,
  open: true,
};

/** The route of a request and the ids in its path. A path without a route gets the gateway's reply to an unknown URL. */
export function findRoute(method: string, path: string): { route: Route; project: string; task: string } {
  for (const route of ROUTES) {
    const found = route.method === method ? route.path.exec(path) : null;
    if (found) return { route, project: decoded(found.groups?.project), task: decoded(found.groups?.task) };
  }
  return { route: UNKNOWN_ROUTE, project: '', task: '' };
}

function decoded(segment = ''): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
