import { setFlagsFromString } from 'node:v8';

/**
 * undici's parser of replies is one huge WebAssembly function. V8 would compile it again, optimized, during the first batch,
 * which takes long. This budget delays that for many replies. It applies to the whole process, so only the entry point of a
 * function may call this.
 */
export function delayOptimizingTheParser(): void {
  setFlagsFromString('--wasm-tiering-budget=2000000000');
}
