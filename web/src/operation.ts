/** One operation file of `graphql/operations`, with the types of its answer and its variables. */
export interface Operation<Data, Variables> {
  readonly name: string;
  readonly text: string;
  /** Never present: carries the types alone. */
  readonly types?: (variables: Variables) => Data;
}

export function operation<Data, Variables>(name: string, text: string): Operation<Data, Variables> {
  return { name, text };
}
