import { setTimeout as sleep } from 'node:timers/promises';
import { type BreakerStore, type BreakerTimes, breakerWait } from '../relay/breaker-store.ts';

/** How often and how long apart, in milliseconds, another process's first trial is looked at. */
const LOOKS = 10;
const LOOK = 100;

/** What a reply says of the credential; `untold` when it says nothing, as when there was none. */
export type Told = 'accepted' | 'refused' | 'untold';

/** Either the milliseconds until it is worth another look, or the leave to go and the duty to tell what came of it. */
export type Entry = { wait: number } | { leave(told: Told): Promise<void> };

/** Lets a credential that isn't proven good be tried by one request alone; `meanwhile` is called when that takes a while. */
export type CredentialProbe = (credential: string, meanwhile?: () => void) => Promise<Entry>;

interface State {
  accepted: boolean;
  /** Refused until then, as far as this process knows. */
  until: number;
  trial?: Trial | undefined;
}

/** A try that others wait for. */
interface Trial {
  over: Promise<void>;
  end(): void;
}

/**
 * More than five refusals in a row lock a key for five minutes (auth manual), and workers share no memory. So a credential
 * that this process has not seen accepted goes with one request, and one that nobody has with one request of all workers.
 */
export function createCredentialProbe(store: BreakerStore, times: BreakerTimes, clock: () => number): CredentialProbe {
  const states = new Map<string, State>();
  const stateOf = (credential: string): State => {
    const state = states.get(credential) ?? { accepted: false, until: 0 };
    states.set(credential, state);
    return state;
  };

  /** Milliseconds until a trial is due; none is, once the credential is accepted. */
  const leftOf = ({ accepted, until }: State) => (accepted ? Number.POSITIVE_INFINITY : until - clock());

  /** How long this process must wait before it may try; undefined: not at all. */
  async function waitOf(credential: string): Promise<number | undefined> {
    for (let looks = 0; looks < LOOKS; looks++) {
      const seen = await look(credential);
      if (seen !== 'being tried') return seen;
      await sleep(LOOK);
    }
    return LOOK;
  }

  async function look(credential: string): Promise<number | undefined | 'being tried'> {
    const now = clock();
    const { until, failures } = (await store.read(credential)) ?? { until: now, failures: 0 };
    if (until === 0) return undefined;
    if (until <= now && (await store.take(credential, now, now + times.trial))) return undefined;
    // Another process tries a credential that was never refused: what comes of it is known in a moment.
    return failures > 0 ? Math.max(until - now, LOOK) : 'being tried';
  }

  async function tell(credential: string, state: State, told: Told): Promise<void> {
    if (told === 'untold') return;
    const news = state.accepted !== (told === 'accepted');
    state.accepted = told === 'accepted';
    if (told === 'refused') await refuse(credential, state);
    else if (news) await store.clear(credential);
  }

  async function refuse(credential: string, state: State): Promise<void> {
    const failures = (await store.read(credential))?.failures ?? 0;
    state.until = clock() + breakerWait(failures, times);
    await store.fail(credential, state.until);
  }

  /** Who waits goes on as soon as this process knows; that all others will know is not their concern. */
  function finish(credential: string, state: State, trial: Trial, told: Told): Promise<void> {
    const telling = tell(credential, state, told);
    if (state.accepted) trial.end();
    return telling.finally(() => trial.end());
  }

  async function tryAlone(credential: string, state: State): Promise<Entry> {
    const trial = begin(state, times.trial);
    try {
      const wait = await waitOf(credential);
      if (wait === undefined) return { leave: (told) => finish(credential, state, trial, told) };
      state.until = clock() + wait;
      trial.end();
      return { wait };
    } catch (error) {
      trial.end();
      throw error;
    }
  }

  return async (credential, meanwhile) => {
    const state = stateOf(credential);
    if (leftOf(state) <= 0) meanwhile?.();
    while (state.trial) await state.trial.over;
    if (state.accepted) return { leave: (told) => tell(credential, state, told) };
    const left = leftOf(state);
    return left > 0 ? { wait: left } : tryAlone(credential, state);
  };
}

/** Begins a trial, which ends by itself too, since whoever began it may have given up. */
function begin(state: State, most: number): Trial {
  const { promise, resolve } = Promise.withResolvers<void>();
  const trial: Trial = {
    over: promise,
    end() {
      clearTimeout(timer);
      if (state.trial === trial) state.trial = undefined;
      resolve();
    },
  };
  const timer = setTimeout(trial.end, most).unref();
  state.trial = trial;
  return trial;
}
