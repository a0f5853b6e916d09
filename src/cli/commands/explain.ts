import { CHANGE_TYPES, OPERATIONS, routeOf } from '../../contracts/contract.ts';
import { fieldsOf } from '../../contracts/fields.ts';
import { usage } from '../../operator/fault.ts';
import { didYouMean } from '../input/option-values.ts';
import { explanationOf, knownWords } from '../reports/explanations.ts';
import type { Run, Session } from '../session.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { columns } from '../terminal/table.ts';

/** Explains a word of the relay or a code of the provider, and what to do about it. */
export const explain: Run = async (session, [word = '']) => {
  if (CHANGE_TYPES.includes(word)) return explainType(session, word);
  const found = explanationOf(word);
  if (found.length === 0)
    throw usage('there is no explanation of this word', {
      got: `"${word.slice(0, 80)}"`,
      fix: didYouMean(word, [...knownWords(), ...CHANGE_TYPES], 'relay explain --help'),
    });
  session.screen.print({
    text: (paint) =>
      found.flatMap(({ word: name, kind, means, advice }) => [
        `${paint('bold', name)}  ${kind}`,
        `  ${means}`,
        ...(advice ? [`  ${advice}`] : []),
      ]),
    rows: found.map(({ word: name, kind, means, advice }) => [name, kind, means, advice]),
    json: { items: found, next: null },
  });
  return EXIT.done;
};

function explainType({ screen }: Session, type: string): number {
  const operations = OPERATIONS.filter(({ change }) => change === type);
  const items = operations.map((operation) => ({
    type,
    revision: operation.revision,
    call: operation.call,
    route: routeOf(operation),
    repeatable: operation.repeatable,
    fields: fieldsOf(operation).filter(({ ignored }) => !ignored),
  }));
  screen.print({
    text: (paint) =>
      items.flatMap(({ revision, call, route, repeatable, fields }) => [
        `${paint('bold', type)}${revision === undefined ? '' : `  revision ${revision}`}`,
        `  ${call}: ${route}; ${repeatable ? 'may be repeated' : 'must not be repeated'}`,
        ...columns(
          fields.map(({ path, required, takes, note }) => [`  ${path}`, required ? 'required' : '', takes, note]),
        ),
      ]),
    rows: items.flatMap(({ revision, fields }) =>
      fields.map(({ path, required, takes, note }) => [revision ?? '', path, required ? 'required' : '', takes, note]),
    ),
    json: { items, next: null },
  });
  return EXIT.done;
}
