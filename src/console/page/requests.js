/** Reads from the console's server. Undefined if there is nothing under that path. */
export async function get(path, query = {}) {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const response = await fetch(`/console/${path}?${new URLSearchParams(entries)}`);
  return response.ok ? response.json() : undefined;
}

/** Sends what the user asked for to the console's server. If it is refused, the reply has an `error` text. */
export async function post(path, body) {
  try {
    const response = await fetch(`/console/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    return { error: 'the stack does not answer' };
  }
}
