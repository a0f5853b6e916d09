import { describe, expect, it } from 'vitest';
import { createProviderCalls } from '../../../local/console/provider-calls.ts';
import type { Entry } from '../../../simulator/log.ts';
import { MAX_KEPT } from '../../../src/console/known-changes.ts';
import { createStore } from '../../../src/console/store.ts';
import { createView } from '../../../src/console/view.ts';
import { OPERATIONS } from '../../../src/contracts/contract.ts';
import { REVISIONS } from '../../../src/lib/operations/operation.ts';
import { changeText, logLine, resultText } from './started-console.ts';

const at = (milliseconds: number) => new Date(Date.UTC(2026, 1, 3) + milliseconds).toISOString();
/** The same task for every change, as its producers write it. */
const ofOneTask = (text: string) => text.replace(/"task-n\d+"/, '"t"');

describe('the provider’s side in a list that is full', () => {
  it('does not show the call of a removed change beside another change', () => {
    const calls = createProviderCalls();
    const validation = { operations: OPERATIONS, revision: REVISIONS[1], allowInlineSecrets: true };
    const store = createStore(validation, calls.forget);
    const view = createView(store, calls.among, 'run', () => ({}));
    for (let n = 0; n < MAX_KEPT + 100; n += 1) {
      const call = {
        ...{
          n,
          at: at(n * 10),
          request: `request-${n}`,
          method: 'PUT',
          path: '/',
          service: 'dcs' as const,
        },
        ...{ operation: 'UpdateMigrationTask', task: 't', project: 'p' },
      };
      store.sent(ofOneTask(changeText(`n${n}`)));
      store.delivered(ofOneTask(changeText(`n${n}`)), `m${n}`);
      const entries: Entry[] = [
        { ...call, kind: 'received' },
        { ...call, kind: 'applied' },
      ];
      view.touch(calls.take(entries));
      store.published(ofOneTask(resultText(`n${n}`)));
      store.line(ofOneTask(logLine(`n${n}`, { timestamp: at(n * 10 + 5) })));
    }
    const { rows } = view.since(0) as { rows: { calls: number; agrees?: boolean }[] };
    expect(rows).toHaveLength(MAX_KEPT);
    expect(rows.filter((row) => row.calls !== 1 || row.agrees !== true)).toEqual([]);
  });
});
