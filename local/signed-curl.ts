import { signedHeaders } from '../src/operator/stage/signed-headers.ts';
import { shellWord } from '../src/operator/suggestion.ts';
import { LOCAL_WEBHOOK_SECRET } from './local-secrets.ts';

/** A curl line that sends a change to the local webhook, under a new id. */
export function signedCurl(webhookUrl: string, change: string, now = new Date()): string {
  const body = JSON.stringify({ ...JSON.parse(change), id: `curl-${now.getTime()}` });
  const flags = Object.entries(signedHeaders(LOCAL_WEBHOOK_SECRET, body, now)).map(
    ([name, value]) => `-H ${shellWord(`${name}: ${value}`)}`,
  );
  return ['curl -i', ...flags, '--data-raw', shellWord(body), webhookUrl].join(' ');
}
