import type { AwsCall } from '../../src/lib/aws/call.ts';
import { createDynamoDbBreakers } from '../../src/lib/aws/dynamodb/breakers.ts';
import { curable } from '../../src/lib/provider/authenticator.ts';
import { createBreaker } from '../../src/lib/provider/breaker.ts';
import { toAnswer } from '../../src/lib/provider/reply.ts';
import type { ServiceBreakerStore } from '../../src/lib/relay/breaker-store.ts';
import type { Answer, Provider, ProviderRequest } from '../../src/lib/relay/provider.ts';
import type { Process } from './process.ts';
import { enter } from './step.ts';
import type { World } from './world.ts';

/** The provider as one process reaches it, behind the breaker where the world has one. */
export function createProvider(world: World, process: Process, database: AwsCall): Provider {
  const provider = readingReplies(world, process);
  if (!world.breaker) return provider;
  const store = stepping(createDynamoDbBreakers(database, 'ledger'));
  return createBreaker(provider, store, world.policy.times.outage, process.now);
}

/** The real reading of replies over the world's wire; a refused credential is renewed once, as the real client does. */
function readingReplies({ cloud }: World, process: Process): Provider {
  const once = async (request: ProviderRequest): Promise<Answer> =>
    toAnswer(await cloud.exchange(request), request.body, process.now());
  return {
    send: (request) =>
      process.io(request.method === 'GET' ? 'read' : 'call', async () => {
        const answer = await once(request);
        return answer.ok || !curable(answer) ? answer : once(request);
      }),
  };
}

/** Names the step of the breaker's requests to the ledger. */
function stepping(store: ServiceBreakerStore): ServiceBreakerStore {
  const at =
    <Rest extends unknown[], T>(method: (...rest: Rest) => T) =>
    (...rest: Rest): T => {
      enter('breaker');
      return method(...rest);
    };
  return {
    read: at(store.read),
    fail: at(store.fail),
    suspect: at(store.suspect),
    take: at(store.take),
    clear: at(store.clear),
  };
}
