import type { Reply } from './errors.ts';
import type { Form } from './settings.ts';

const BODIES = { empty: undefined, string: 'success', object: {} } satisfies Record<Form, unknown>;

/** The reply of a call whose page documents none: 200 with nothing, a text or an empty object. */
export const plainReply = (form: Form): Reply => ({ status: 200, body: BODIES[form] });
