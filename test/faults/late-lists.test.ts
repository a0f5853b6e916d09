import { expect, it } from 'vitest';
import { noFindings } from '../../faults/findings.ts';
import { runLateLists } from '../../faults/late-lists.ts';

it('two changes that ask for the same task break no promise where lists show new tasks late', async () => {
  const nothing = noFindings();
  expect(await runLateLists(1)).toEqual({ 'tasks of a name': nothing, 'tasks of a source': nothing });
});
