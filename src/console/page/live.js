const MAX_ROWS = 500;
/** The least time between two renderings, in milliseconds. */
const PAINT = 100;
const POLL = 1000;
const GIVEN_UP = 6000;
/** How long the page shows that the stack was restarted, in milliseconds. */
const NOTICE = 6000;

/**
 * Receives the rows from the stack and calls `paint` with `{ rows, status, connection, restarted }`, the newest row first.
 * Returns the function that pauses it.
 */
export function follow(paint) {
  const rows = new Map();
  const state = { status: undefined, connection: 'connecting', restarted: false, run: undefined };
  let isPlanned = false;
  let lostAt;

  const soon = () => {
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(() => {
      isPlanned = false;
      paint({ ...state, rows: [...rows.values()].sort(newestFirst) });
    }, PAINT);
  };
  const notice = () => {
    state.restarted = true;
    setTimeout(() => {
      state.restarted = false;
      soon();
    }, NOTICE);
  };
  const take = (update) => {
    if (state.run !== undefined && state.run !== update.run) notice();
    if (update.complete || state.run !== update.run) rows.clear();
    for (const row of update.rows) rows.set(row.key, row);
    trim(rows);
    Object.assign(state, { run: update.run, status: update.status, seq: update.seq });
  };
  const say = (connection) => {
    state.connection = connection;
    soon();
  };

  const stream = new EventSource('/console/stream');
  stream.onmessage = ({ data }) => {
    lostAt = undefined;
    take(JSON.parse(data));
    say('live');
  };
  stream.onopen = () => say('live');
  stream.onerror = () => {
    lostAt ??= Date.now();
    if (stream.readyState === EventSource.CLOSED) return void poll(take, say, state);
    say(Date.now() - lostAt > GIVEN_UP ? 'stopped' : 'reconnecting');
  };
}

/** Polls for updates. A fifth page gets no stream, because a browser opens only six connections to one origin. */
async function poll(take, say, state) {
  for (;;) {
    const update = await fetchUpdate(state);
    if (update) take(update);
    say(update ? 'asking' : 'stopped');
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

async function fetchUpdate({ run, seq }) {
  try {
    const after = run === undefined ? '' : `${run}.${seq}`;
    return await (await fetch(`/console/updates?after=${after}`)).json();
  } catch {
    return undefined;
  }
}

const newestFirst = (one, other) => other.at - one.at;

function trim(rows) {
  if (rows.size <= MAX_ROWS) return;
  const oldest = [...rows.values()].sort(newestFirst).slice(MAX_ROWS);
  for (const { key } of oldest) rows.delete(key);
}
