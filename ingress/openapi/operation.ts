import { z } from 'zod';

/** JSON lines: a schema is that of one line. */
export const ndjson = 'application/x-ndjson';
export const plainText = 'text/plain';

export type Operation = {
  readonly method: 'get' | 'put' | 'post' | 'delete';
  /** With parameters as `{name}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  readonly inPath?: Readonly<Record<string, string>>;
  readonly inQuery?: Readonly<Record<string, string | Required>>;
  /** Needs no credentials, and refuses nobody. */
  readonly isOpen?: boolean;
  /** The header that makes a repeat safe. */
  readonly isIdempotent?: boolean;
  /** Takes the version that it is meant for: `If-Match`, `If-None-Match: *`. */
  readonly isOfVersion?: boolean;
  readonly body?: {
    readonly schema: z.ZodType;
    readonly type?: typeof ndjson;
    readonly isOptional?: boolean;
  };
  readonly answers: Readonly<Record<number, Answer>>;
};
/** A parameter that must be there. */
type Required = { readonly required: string };
type Answer = {
  readonly what: string;
  readonly schema?: z.ZodType;
  readonly type?: typeof ndjson | typeof plainText;
};

export const problem = z.object({ error: z.string(), error_description: z.string() });

const unreadable: Answer = {
  what: 'The request cannot be read, or a value in it is wrong.',
  schema: problem,
};
/** What every operation of a door may answer, beside its own. */
const refusals: Operation['answers'] = {
  400: unreadable,
  401: { what: 'The credentials are missing or wrong.', schema: problem },
  429: {
    what: 'Too many wrong credentials came from this address: `Retry-After`, in seconds.',
    schema: problem,
  },
  500: { what: 'A fault of the service.', schema: problem },
  503: { what: 'A store is away for the moment: try again after `Retry-After` seconds.', schema: problem },
};

export type Door = {
  readonly title: string;
  readonly description: string;
  readonly security: Readonly<Record<string, object>>;
  readonly operations: readonly Operation[];
};

/** An OpenAPI 3.1 document. Bodies are told by the very schemas that check them. */
export function toOpenApi({ title, description, security, operations }: Door, version: string) {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: toOperation(operation) };
  }
  return {
    openapi: '3.1.0',
    info: { title, version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: Object.keys(security).map((name) => ({ [name]: [] })),
    paths,
    components: { securitySchemes: security, schemas: { Problem: toSchema(problem, 'output') } },
  };
}

function toOperation(operation: Operation) {
  const { id, summary, tag, inPath, inQuery, isOpen, isIdempotent, isOfVersion, body, answers } = operation;
  const parameters = [
    ...Object.entries(inPath ?? {}).map(([name, what]) => parameter('path', name, { required: what })),
    ...Object.entries(inQuery ?? {}).map(([name, what]) => parameter('query', name, what)),
    ...(isIdempotent
      ? [parameter('header', 'Idempotency-Key', 'The same key again gets the same answer.')]
      : []),
    ...(isOfVersion
      ? [
          parameter('header', 'If-Match', 'The `ETag` of the version that it is meant for, or `*`: any.'),
          parameter('header', 'If-None-Match', '`*`: only if there is none yet.'),
        ]
      : []),
  ];
  const all = {
    ...(isOpen ? { 400: unreadable } : refusals),
    ...(isOfVersion && { 412: { what: 'It is another version; nothing was done.', schema: problem } }),
    ...answers,
  };
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(isOpen && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: body.isOptional !== true,
        content: contentOf(body.schema, 'input', body.type),
      },
    }),
    responses: Object.fromEntries(
      Object.entries(all).map(([status, answer]) => [status, toResponse(answer)]),
    ),
  };
}

function parameter(where: 'path' | 'query' | 'header', name: string, what: string | Required) {
  const required = typeof what !== 'string';
  const description = required ? what.required : what;
  return { name, in: where, required, description, schema: { type: 'string' } };
}

function toResponse({ what, schema, type }: Answer) {
  if (schema === problem) {
    return {
      description: what,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return { description: what, ...(schema && { content: contentOf(schema, 'output', type) }) };
}

const contentOf = (schema: z.ZodType, io: 'input' | 'output', type = 'application/json') => ({
  [type]: { schema: toSchema(schema, io) },
});

function toSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  // Some rules are code (an address, a trimmed text): the document leaves them out, the error's words name them.
  const { $schema: _, ...told } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  });
  return told;
}
