import { CHANGE_TYPES } from '../../contracts/contract.ts';
import { messageOf } from '../../lib/change/message.ts';
import type { ValidChange } from '../../lib/change/validate.ts';
import { REVISIONS } from '../../lib/operations/operation.ts';
import { OperatorError } from '../../operator/fault.ts';
import { isLocalChoice } from '../../operator/stage/stage.ts';
import { validationSettings } from '../../operator/stage/validation-settings.ts';
import { requireValid, type ValidInput } from '../input/change-input.ts';
import { conformanceWarnings } from '../input/conformance.ts';
import { type InputChange, readInput } from '../input/input-files.ts';
import { requireKnown } from '../input/option-values.ts';
import type { Run } from '../session.ts';
import { EXIT } from '../terminal/exit-codes.ts';

interface Options {
  revision?: string;
  operation?: string;
  stage?: string;
}

/** Validates changes as the relay would, without using the network. */
export const validate: Run<Options> = async ({ io, screen }, files, { revision, operation, stage }) => {
  if (operation !== undefined) requireKnown(operation, CHANGE_TYPES, '--operation is not a change type');
  if (revision !== undefined) requireKnown(revision, REVISIONS, '--revision is not known');
  const settings = validationSettings({
    ALLOW_INLINE_PASSWORDS: String(isLocalChoice({ stage }, io.env)),
    ...(revision !== undefined && { SMS_API_REVISION: revision }),
  });
  const valid = requireValid(await readInput(files, io), settings);
  for (const one of valid) requireOperation(one, operation);
  for (const { input, change } of valid) {
    for (const warning of allWarningsOf({ input, change })) screen.warn(`${input.file}: ${warning}`);
  }
  screen.print({
    text: (paint) => [
      ...valid.map(
        ({ input, change }) =>
          `${paint('green', '✓ valid')}  ${input.file}  ${change.operation.change} · task ${change.subject.id}`,
      ),
      ...(valid.length === 1 ? valid.map(({ change }) => `  group  ${messageOf(change).group}`) : []),
    ],
    rows: valid.map(({ input, change }) => [input.file, input.line, 'valid', change.event.id, change.operation.change]),
    json: { items: valid.map(toJson), next: null },
  });
  return EXIT.done;
};

const allWarningsOf = ({ input, change }: ValidInput) => [...conformanceWarnings(input.text), ...warningsOf(change)];

const toJson = ({ input, change }: ValidInput) => ({
  ...namesOf(input, change),
  ...queueNamesOf(change),
  ignored_fields: change.omitted,
  warnings: allWarningsOf({ input, change }),
});

const namesOf = ({ file, line }: InputChange, change: ValidChange) => ({
  file,
  line,
  valid: true,
  id: change.event.id,
  source: change.event.source,
  type: change.operation.change,
  operation: change.operation.name,
  revision: change.operation.revision,
  subject: change.subject,
});

/** The group and deduplication id that a sender must give to SQS with the change. */
function queueNamesOf(change: ValidChange) {
  const { group, deduplicationId } = messageOf(change);
  return { group, deduplication_id: deduplicationId };
}

/** Warnings about a valid change for its sender. */
export function warningsOf({ operation, data, omitted, warnings }: ValidChange): string[] {
  const inline = operation.inlineSecrets?.(data) ?? [];
  return [
    ...warnings,
    ...inline.map(
      (path) => `${path}: only the local stack accepts a plain password; use password_ref with the name of a secret`,
    ),
    ...(omitted.length > 0
      ? [`these fields are not in this API revision and are left out: ${omitted.join(', ')}`]
      : []),
  ];
}

function requireOperation({ input: { file, line }, change }: ValidInput, wanted: string | undefined): void {
  if (wanted === undefined || change.operation.change === wanted) return;
  throw new OperatorError('change_invalid', 'invalid', [
    { message: 'this change has another type', where: { file, line, field: 'type' }, allowed: wanted },
  ]);
}
