/** Asks the console's server; undefined where there is nothing of that name. */
export async function ask(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const response = await fetch(`/console/${path}?${new URLSearchParams(given)}`);
  return response.ok ? response.json() : undefined;
}

/** Orders something; what was refused has an `error` in words. */
export async function order(path, body) {
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
