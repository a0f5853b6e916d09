import { meaningOfStatus } from '../src/lib/provider/error-table.ts';

/**
 * The error table is read once, at the first error. Coverage would lay its reading at one test's door and ask no other;
 * read before all tests, its mutants are asked of every test.
 */
meaningOfStatus(404);
