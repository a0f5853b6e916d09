import { meaningOfStatus } from '../src/lib/provider/error-table.ts';

/**
 * Reads the error table before all tests. Otherwise it is read once, at the first error. Then coverage assigns that code to
 * one test, and only that test would run for its mutants.
 */
meaningOfStatus(404);
