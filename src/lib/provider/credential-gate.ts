import { setTimeout as sleep } from 'node:timers/promises';
import { type BreakerStore, type BreakerTimes, breakerWait } from '../relay/breaker-store.ts';
import type { Verdict } from './credential-verdict.ts';

/** How often, and at which interval in milliseconds, a process reads the row while another process makes the first probe. */
const MAX_READS = 10;
const INTERVAL = 100;

/** The permission to send a request with the credential. Its holder must report what the answer shows about the credential. */
export interface Permit {
  report(verdict: Verdict): Promise<void>;
}

/** How many milliseconds to wait, because there is no permit now. */
export interface CoolDown {
  wait: number;
}

/**
 * Lets only one request, the probe, use a credential that has not been accepted yet. `onWait` is called when that takes a
 * while. A request whose `signal` has aborted is never the probe, because nobody would report its verdict.
 */
export type CredentialGate = (
  credential: string,
  onWait?: () => void,
  signal?: AbortSignal,
) => Promise<Permit | CoolDown>;

interface State {
  accepted: boolean;
  /** Until when the credential must not be used, as far as this process knows, in milliseconds since 1970. */
  until: number;
  probe?: Probe | undefined;
}

/** A probe that other requests of the process wait for. */
interface Probe {
  over: Promise<void>;
  end(): void;
}

/** Releases a probe that showed nothing, so that the next request of any worker may be the probe. */
type Release = () => Promise<void>;

/**
 * The provider locks a key for five minutes after more than five refusals in a row (auth manual), and workers share no
 * memory. A credential that this process has not seen accepted is therefore used by only one of its requests. One that no
 * worker has seen accepted is used by only one request of all workers.
 */
export function createCredentialGate(store: BreakerStore, times: BreakerTimes, clock: () => number): CredentialGate {
  const states = new Map<string, State>();
  const stateOf = (credential: string): State => {
    const state = states.get(credential) ?? { accepted: false, until: 0 };
    states.set(credential, state);
    return state;
  };

  /** Milliseconds until a probe is due. No probe is due once the credential is accepted. */
  const leftOf = ({ accepted, until }: State) => (accepted ? Number.POSITIVE_INFINITY : until - clock());

  /** Takes the probe of all workers, or says how many milliseconds this process must wait before it may try again. */
  async function takeProbe(credential: string, signal: AbortSignal | undefined): Promise<Release | number> {
    for (let reads = 0; reads < MAX_READS && !signal?.aborted; reads++) {
      const probe = await takeIfDue(credential);
      if (probe !== 'taken by another') return probe;
      await sleep(INTERVAL);
    }
    return INTERVAL;
  }

  async function takeIfDue(credential: string): Promise<Release | number | 'taken by another'> {
    const now = clock();
    const { until, failures } = (await store.read(credential)) ?? { until: now, failures: 0 };
    // Another worker has seen it accepted. Nothing is taken, so there is nothing to give back.
    if (until === 0) return async () => {};
    if (until <= now && (await store.tryProbe(credential, now, now + times.probe)))
      return () => store.release(credential, now, now + times.probe);
    // Another process probes a credential that was never refused. The verdict will be known in a moment.
    return failures > 0 ? Math.max(until - now, INTERVAL) : 'taken by another';
  }

  async function note(credential: string, state: State, verdict: Verdict): Promise<void> {
    if (verdict === 'unknown') return;
    const isNew = state.accepted !== (verdict === 'accepted');
    state.accepted = verdict === 'accepted';
    if (verdict === 'refused') await refuse(credential, state);
    else if (isNew) await store.clear(credential);
  }

  async function refuse(credential: string, state: State): Promise<void> {
    const failures = (await store.read(credential))?.failures ?? 0;
    state.until = clock() + breakerWait(failures, times);
    await store.fail(credential, state.until);
  }

  async function admitProbe(
    credential: string,
    state: State,
    signal: AbortSignal | undefined,
  ): Promise<Permit | CoolDown> {
    const probe = beginProbe(state, times.probe);
    try {
      const probeOrWait = await takeProbe(credential, signal);
      if (typeof probeOrWait !== 'number')
        return { report: (verdict) => finish(credential, state, probe, verdict, probeOrWait) };
      state.until = clock() + probeOrWait;
      probe.end();
      return { wait: probeOrWait };
    } catch (error) {
      probe.end();
      throw error;
    }
  }

  /** Ends a probe. Requests that wait in this process continue at once, before the ledger is written for the other workers. */
  function finish(credential: string, state: State, probe: Probe, verdict: Verdict, release: Release): Promise<void> {
    const noting = verdict === 'unknown' ? release() : note(credential, state, verdict);
    if (state.accepted) probe.end();
    return noting.finally(() => probe.end());
  }

  async function admit(credential: string, state: State, signal: AbortSignal | undefined): Promise<Permit | CoolDown> {
    if (state.accepted) return { report: (verdict) => note(credential, state, verdict) };
    const left = leftOf(state);
    return left > 0 ? { wait: left } : admitProbe(credential, state, signal);
  }

  return async (credential, onWait, signal) => {
    const state = stateOf(credential);
    if (leftOf(state) <= 0) onWait?.();
    while (state.probe) await state.probe.over;
    return signal?.aborted ? { wait: INTERVAL } : admit(credential, state, signal);
  };
}

/** Begins a probe. It ends by itself after `limit` milliseconds, because the request that began it may have been given up. */
function beginProbe(state: State, limit: number): Probe {
  const { promise, resolve } = Promise.withResolvers<void>();
  const probe: Probe = {
    over: promise,
    end() {
      clearTimeout(timer);
      if (state.probe === probe) state.probe = undefined;
      resolve();
    },
  };
  const timer = setTimeout(probe.end, limit).unref();
  state.probe = probe;
  return probe;
}
