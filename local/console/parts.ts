import type { Accepted, IntakeSettings, Refused } from '../../src/lib/change/validate.ts';
import type { Stage } from '../../src/operator/stage/stage.ts';
import type { Sample } from '../samples.ts';
import type { Stack } from '../stack.ts';
import type { FaultBoard } from './fault-board.ts';
import type { Known } from './known.ts';
import type { createLedgerTap } from './ledger-tap.ts';
import type { ScenarioRuns } from './scenario-runs.ts';
import type { Sender } from './sending.ts';
import type { StackSettings } from './settings.ts';
import type { SimulatorTap } from './simulator-tap.ts';
import type { Store } from './store.ts';
import type { createStreams } from './stream.ts';
import type { View } from './view.ts';

/** What a console holds of the stack that it looks at. */
export interface Attached {
  stack: Stack;
  settings: StackSettings;
  simulator: SimulatorTap;
  ledger: ReturnType<typeof createLedgerTap>;
  send: Sender;
  /** The stack as an operator takes it. */
  stage: Stage;
}

/** The parts of a console that its routes lead to. */
export interface Parts {
  view: View;
  streams: ReturnType<typeof createStreams>;
  store: Store;
  faults: FaultBoard;
  scenarios: ScenarioRuns;
  samples: Sample[];
  intake: IntakeSettings;
  /** A change as the relay would judge it. */
  judge(known: Known): Accepted | Refused;
  attached(): Attached | undefined;
}

/** What a route gives back; undefined where there is nothing of that name. */
export type Given = Promise<object | undefined> | object | undefined;
