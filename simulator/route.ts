import type { Cloud } from './settings.ts';
import type { Operation } from './world.ts';

/** A provider operation: its URL, and the function that answers it. */
export interface Route {
  service: 'dcs' | 'sms' | 'iam' | 'unknown';
  operation: string;
  method: string;
  /** As the manuals write it, with names such as `{task_id}`. */
  path: string;
  /** What the path of a request must match. Each id has a group, such as `task`. */
  pattern: RegExp;
  run: Operation;
  /** It needs no credential. */
  open?: true;
  /** The only cloud that offers it. Without one both do. */
  cloud?: Cloud;
  /** The member of the body that lists the ids of the tasks. If it lists one, the call is about this task. */
  tasksIn?: string;
}

/** Makes the routes of a service. Each call is a method and a path as the manuals write it. */
export const routesOf =
  (service: Route['service']) =>
  (operation: string, call: string, run: Operation, more: Pick<Route, 'open' | 'cloud' | 'tasksIn'> = {}): Route => {
    const [method = '', path = ''] = call.split(' ');
    const pattern = new RegExp(`^${path.replace(/\{([a-z]+)_id\}/g, '(?<$1>[^/]+)')}$`);
    return { service, operation, method, path, pattern, run, ...more };
  };
