import type { AwsCall } from '../../src/lib/aws/call.ts';
import { createDynamoDbBreakers } from '../../src/lib/aws/dynamodb/breakers.ts';
import { createBreaker } from '../../src/lib/provider/breaker.ts';
import { isCurable } from '../../src/lib/provider/credential-verdict.ts';
import { toAnswer } from '../../src/lib/provider/reply.ts';
import type { Answer, Provider, ProviderRequest } from '../../src/lib/relay/provider.ts';
import type { Process } from './process.ts';
import { namingSteps } from './step.ts';
import type { World } from './world.ts';

/** The provider client of one process, behind the breaker if the world has one. */
export function createProvider(world: World, process: Process, database: AwsCall): Provider {
  const provider = readingReplies(world, process);
  if (!world.breaker) return provider;
  const store = namingSteps(createDynamoDbBreakers(database, 'ledger'), BREAKER);
  return createBreaker(provider, store, world.policy.times.outage, process.now);
}

/** Reads the replies of the simulated provider with the relay's own code. A refused credential is renewed once, as by the real client. */
function readingReplies({ cloud }: World, process: Process): Provider {
  const once = async (request: ProviderRequest): Promise<Answer> =>
    toAnswer(await cloud.exchange(request), request, process.now());
  return {
    send: (request) =>
      process.io(request.method === 'GET' ? 'read' : 'call', async () => {
        const answer = await once(request);
        return answer.ok || !isCurable(answer) ? answer : once(request);
      }),
  };
}

const BREAKER = {
  read: 'breaker',
  fail: 'breaker',
  suspect: 'breaker',
  tryProbe: 'breaker',
  release: 'breaker',
  clear: 'breaker',
} as const;
