import {
  type ArgumentNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * The same document with this cursor as `after` of its live field, whatever stands there, be it nothing, a text or a
 * variable. A live field without that argument stays as it is.
 */
export function resumeFrom(schema: GraphQLSchema, document: DocumentNode, cursor: string): DocumentNode {
  const types = new TypeInfo(schema);
  const after: ArgumentNode = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'after' },
    value: { kind: Kind.STRING, value: cursor },
  };
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => {
        const isLive = types.getParentType() === schema.getSubscriptionType();
        if (!isLive || !types.getFieldDef()?.args.some(({ name }) => name === 'after')) return undefined;
        const others = node.arguments?.filter(({ name }) => name.value !== 'after') ?? [];
        return { ...node, arguments: [...others, after] };
      },
    }),
  );
}
