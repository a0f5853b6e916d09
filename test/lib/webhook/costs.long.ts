import { describe, expect, it } from 'vitest';
import { MAX_BYTES } from '../../../src/lib/change/body.ts';
import { isPlausible } from '../../../src/lib/webhook/signature.ts';
import { createWebhook } from '../../../src/lib/webhook/webhook.ts';
import { ALL_OPERATIONS } from '../../support/relay-under-test.ts';
import { FOREIGN_SECRET, SECRET, sign, signedRequest } from '../../support/signed-request.ts';

describe('a signature', () => {
  it('is verified in a time that does not depend on what is wrong', () => {
    for (const hostile of [
      ' '.repeat(100_000),
      'v1,'.repeat(50_000),
      `v1,${'A'.repeat(100_000)}`,
      '\t'.repeat(100_000),
    ]) {
      const start = performance.now();
      expect(isPlausible({ ...signedRequest().headers, 'webhook-signature': hostile })).toBe(false);
      expect(performance.now() - start).toBeLessThan(20);
    }
  });
});

describe('a request that nobody signed', () => {
  it('costs milliseconds, even with the largest body and five bad signatures', async () => {
    const webhook = createWebhook({
      secrets: async () => Array(5).fill(SECRET),
      enqueue: () => Promise.reject(new Error('nothing may be queued')),
      validation: { operations: ALL_OPERATIONS, revision: '2026-01', allowInlineSecrets: false },
      services: new Set(['dcs', 'sms']),
    });
    const time = String(Math.floor(Date.now() / 1000));
    const otherSignature = sign(FOREIGN_SECRET, 'msg', time, 'x');
    const request = signedRequest({
      time,
      body: 'x'.repeat(MAX_BYTES),
      headers: { 'webhook-signature': Array(5).fill(otherSignature).join(' ') },
    });
    const start = performance.now();
    for (let count = 0; count < 20; count++) expect((await webhook(request)).status).toBe(401);
    expect((performance.now() - start) / 20).toBeLessThan(50);
  });
});
