import { setFlagsFromString } from 'node:v8';

/**
 * undici's parser of replies is one huge function of WebAssembly, which V8 would soon compile again, optimized, at the cost of
 * half a first batch. With this budget it waits for more than a thousand replies. For the whole process, so for a function's
 * entry alone.
 */
export function delayOptimizingTheParser(): void {
  setFlagsFromString('--wasm-tiering-budget=2000000000');
}
