import { problem } from '#ingress/openapi/operation.ts';

/** What several operations of the operator's door say alike. */
export const cursor = 'Absent for the first page, then the `next_cursor` of the page before.';
export const wrongType = { what: 'Another Content-Type.', schema: problem };
