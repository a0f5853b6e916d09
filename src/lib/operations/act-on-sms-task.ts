import * as z from 'zod';
import { isObject, type JsonObject } from '../json/exact-json.ts';
import { rule } from '../json/rule.ts';
import { flag, oneOf, pathId, ReadReply, SilentReply, text } from './fields.ts';
import { defineOperation } from './operation.ts';
import { path } from './paths.ts';
import { ACTIONS, type Action, isUnseen, verdict } from './sms-action-reading.ts';

/** The limits of `template_id` in the editions of the page: 2,048 (February 2025), 100 (November 2025), 255 (January 2026). */
const [MAX_TEMPLATE_ID, SAFE_TEMPLATE_ID] = [2048, 100];
/** The manual does not describe the texts of `param`. No name in it may look like that of a secret. */
const [PARAM_NAME, SECRET_NAME] = [/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/, /^password/];
const MAX_PARAM = 2048;
const isTexts = (value: unknown) =>
  isObject(value) && Object.entries(value).every(([name, inner]) => isParamName(name) && isShort(inner));
const isParamName = (name: string) => PARAM_NAME.test(name) && !SECRET_NAME.test(name);
const isShort = (value: unknown) => typeof value === 'string' && [...value].length <= MAX_PARAM;
/** Checked as it was received, because zod's record drops a member named `__proto__` instead of refusing it. */
const texts = () =>
  z
    .custom<JsonObject>(isTexts, {
      error: `must be an object of texts of at most ${MAX_PARAM} characters, under names of A-Z a-z 0-9 _ . - that do not begin with password`,
    })
    .refine(
      (values) => Object.values(values).every((value) => String(value).isWellFormed()),
      rule('no-lone-surrogates', 'must be text without lone surrogates'),
    )
    .meta({
      type: 'object',
      propertyNames: { pattern: PARAM_NAME.source, not: { pattern: SECRET_NAME.source } },
      additionalProperties: { type: 'string', maxLength: MAX_PARAM },
    });

function dataSchema() {
  const Body = z.strictObject({
    operation: oneOf(...(Object.keys(ACTIONS) as [Action, ...Action[]])),
    template_id: text(MAX_TEMPLATE_ID).optional(),
    switch_hce: flag.optional(),
    is_need_consistency_check: flag.optional(),
    param: texts().optional(),
  });
  return z.strictObject({ task_id: pathId(36), body: Body });
}
type Data = z.infer<ReturnType<typeof dataSchema>>;

/** No read shows the options of an action, and some actions leave no trace in the state. */
const unverifiable = ({ body }: Data) =>
  Object.keys(body)
    .filter((name) => name !== 'operation' || isUnseen(body.operation))
    .map((name) => `data.body.${name}`);

/** A warning for what one edition of the manual allows and another refuses. It is sent unchanged. */
function warnings({ body: { operation, template_id } }: Data): string[] {
  const long = template_id !== undefined && [...template_id].length > SAFE_TEMPLATE_ID;
  return [
    ...(long
      ? [`template_id: some regions take at most ${SAFE_TEMPLATE_ID} or 255 characters; it was sent as asked`]
      : []),
    ...(operation === 'clone_test' && !template_id
      ? ['template_id: clone_test needs a template, according to the manual; none was given']
      : []),
  ];
}

/** POST /v3/tasks/{task_id}/action: starts, stops or synchronises a server's migration task, and the like. */
export const actOnSmsTask = defineOperation<Data>({
  name: 'act-on-sms-task',
  call: 'UpdateTaskStatus',
  service: 'sms',
  change: 'migration.sms.task.act',
  permissions: ['sms:server:manageTask', 'sms:server:getTask'],
  input: dataSchema,
  warnings,
  subject: ({ task_id }) => ({ kind: 'task', id: task_id }),
  method: 'POST',
  path: ({ task_id }) => path`/v3/tasks/${task_id}/action`,
  body: ({ body }) => body,
  // The versions of the manual say that the reply is text or empty.
  reply: SilentReply,
  pickReply: () => ({}),
  readBack: {
    path: ({ task_id }) => path`/v3/tasks/${task_id}`,
    reply: ReadReply,
    version: 1,
    snapshot: ({ state }) => (typeof state === 'string' ? { state } : {}),
    verdict: (snapshot, { body }, isBaseline) => verdict(body.operation, snapshot, isBaseline),
    unverifiable,
  },
  // A second start may restart a migration that the first one has finished.
  repeatable: false,
});
