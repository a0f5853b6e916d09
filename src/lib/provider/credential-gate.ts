import { setTimeout as sleep } from 'node:timers/promises';
import { type BreakerStore, type BreakerTimes, breakerWait } from '../relay/breaker-store.ts';

/** How often, and at which interval in milliseconds, a process checks on another one's first trial. */
const LOOKS = 10;
const LOOK = 100;

/** What a reply shows about the credential. `untold` means nothing, for example when there was no reply. */
export type Told = 'accepted' | 'refused' | 'untold';

/** Either how many milliseconds to wait, or the permission to send; its holder must call `leave` with the result. */
export type Entry = { wait: number } | { leave(told: Told): Promise<void> };

/**
 * Lets only one request try a credential that has not been accepted yet. `meanwhile` is called when that takes a while.
 * A request whose `signal` has aborted is never the one that tries, because nobody would report what became of it.
 */
export type CredentialProbe = (credential: string, meanwhile?: () => void, signal?: AbortSignal) => Promise<Entry>;

interface State {
  accepted: boolean;
  /** Until when the credential must not be used, as far as this process knows, in milliseconds since 1970. */
  until: number;
  trial?: Trial | undefined;
}

/** Lets the next request of any worker try, because this one showed nothing. */
type GiveBack = () => Promise<void>;

/** A trial that other requests wait for. */
interface Trial {
  over: Promise<void>;
  end(): void;
}

/**
 * The provider locks a key for five minutes after more than five refusals in a row (auth manual), and workers share no
 * memory. A credential that this process has not seen accepted is therefore used by only one of its requests. One that no
 * worker has seen accepted is used by only one request of all workers.
 */
export function createCredentialProbe(store: BreakerStore, times: BreakerTimes, clock: () => number): CredentialProbe {
  const states = new Map<string, State>();
  const stateOf = (credential: string): State => {
    const state = states.get(credential) ?? { accepted: false, until: 0 };
    states.set(credential, state);
    return state;
  };

  /** Milliseconds until a trial is due. No trial is due once the credential is accepted. */
  const leftOf = ({ accepted, until }: State) => (accepted ? Number.POSITIVE_INFINITY : until - clock());

  /** How many milliseconds this process must wait before it may try; if it may try now, how it gives the permission back. */
  async function askStore(credential: string, signal: AbortSignal | undefined): Promise<number | GiveBack> {
    for (let looks = 0; looks < LOOKS && !signal?.aborted; looks++) {
      const seen = await look(credential);
      if (seen !== 'being tried') return seen;
      await sleep(LOOK);
    }
    return LOOK;
  }

  async function look(credential: string): Promise<number | GiveBack | 'being tried'> {
    const now = clock();
    const { until, failures } = (await store.read(credential)) ?? { until: now, failures: 0 };
    if (until === 0) return async () => {};
    if (until <= now && (await store.take(credential, now, now + times.trial)))
      return () => store.release(credential, now, now + times.trial);
    // Another process tries a credential that was never refused. The result will be known in a moment.
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

  /** Ends a trial. Requests that wait in this process continue at once, before the ledger is written for the other workers. */
  function finish(credential: string, state: State, trial: Trial, told: Told, giveBack: GiveBack): Promise<void> {
    const telling = told === 'untold' ? giveBack() : tell(credential, state, told);
    if (state.accepted) trial.end();
    return telling.finally(() => trial.end());
  }

  async function tryAlone(credential: string, state: State, signal: AbortSignal | undefined): Promise<Entry> {
    const trial = begin(state, times.trial);
    try {
      const found = await askStore(credential, signal);
      if (typeof found !== 'number') return { leave: (told) => finish(credential, state, trial, told, found) };
      state.until = clock() + found;
      trial.end();
      return { wait: found };
    } catch (error) {
      trial.end();
      throw error;
    }
  }

  function enter(credential: string, state: State, signal: AbortSignal | undefined): Entry | Promise<Entry> {
    if (state.accepted) return { leave: (told) => tell(credential, state, told) };
    const left = leftOf(state);
    return left > 0 ? { wait: left } : tryAlone(credential, state, signal);
  }

  return async (credential, meanwhile, signal) => {
    const state = stateOf(credential);
    if (leftOf(state) <= 0) meanwhile?.();
    while (state.trial) await state.trial.over;
    return signal?.aborted ? { wait: LOOK } : enter(credential, state, signal);
  };
}

/** Begins a trial. It ends by itself after `most` milliseconds, because the request that began it may have given up. */
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
