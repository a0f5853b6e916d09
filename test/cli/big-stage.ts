import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { completionOf } from '../../src/lib/relay/completion.ts';
import { toResult, writeResult } from '../../src/lib/relay/result.ts';

/** A stage that answers with as many log lines as wanted: AWS's APIs for functions, ledger and logs, over HTTP. */
export async function startBigStage(count: number) {
  const server = createServer((request, response) => {
    const target = String(request.headers['x-amz-target'] ?? request.url);
    request.resume().on('end', () => response.end(JSON.stringify(answerTo(target, count))));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const names = ['SQS', 'DYNAMODB', 'EVENTBRIDGE', 'SECRETS_MANAGER', 'SSM', 'CLOUDWATCH_LOGS', 'LAMBDA'];
  const endpoints = Object.fromEntries(names.map((name) => [`AWS_ENDPOINT_URL_${name}`, url]));
  return {
    stack: JSON.stringify({ pid: process.pid, webhookUrl: `${url}/changes`, simulatorUrl: url, endpoints }),
    close: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
}

function answerTo(target: string, count: number): object {
  if (target.includes('/configuration')) return { Environment: { Variables: { QUEUE_URL: 'http://127.0.0.1/q' } } };
  if (target.endsWith('FilterLogEvents')) return { events: Array.from({ length: count }, (_, at) => lineOf(at)) };
  return target.startsWith('/simulator') ? { entries: [] } : {};
}

/** The line is both an event of the bus and a function's line, so that any log can have it. */
function lineOf(at: number) {
  const change = { id: `change-${at}`, source: '/s', type: 'migration.dcs.migration-task.update' };
  const detail = writeResult(
    toResult('relay', change, { keyId: 'k', mac: `m${at}` }, completionOf('newer_change_handled'), Date.now()),
  );
  return { eventId: `e${at}`, timestamp: Date.now(), message: `{"detail":${detail}}` };
}
