/** Reads the address: the change that is shown, and the filter of the rows. */
export function readRoute(hash = location.hash) {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const [, ref] = /^\/changes\/(.+)$/.exec(path) ?? [];
  const values = new URLSearchParams(query);
  return {
    ref: ref === undefined ? undefined : decoded(ref),
    key: values.get('key') ?? undefined,
    show: values.get('show') ?? 'all',
    find: values.get('find') ?? '',
    task: values.get('task') ?? undefined,
    samples: values.get('samples') === 'shown',
  };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a route. */
export function toHash({ ref, key, show = 'all', find, task, samples }) {
  const members = {
    show: show === 'all' ? undefined : show,
    find,
    task,
    samples: samples ? 'shown' : undefined,
    key: ref === undefined ? undefined : key,
  };
  const query = new URLSearchParams(Object.entries(members).filter(([, value]) => value)).toString();
  return `#/${ref === undefined ? '' : `changes/${encodeURIComponent(ref)}`}${query ? `?${query}` : ''}`;
}

/** Goes to a route. Unless `keep` is true, the browser's Back button leads back. */
export function go(route, keep = false) {
  const hash = toHash(route);
  if (keep) history.replaceState(undefined, '', hash);
  else history.pushState(undefined, '', hash);
  dispatchEvent(new HashChangeEvent('hashchange'));
}
