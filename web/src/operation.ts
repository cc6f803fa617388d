/** One operation file of `graphql/operations`: the name by which the service knows it, and the types of its answer. */
export interface Operation<Data, Variables> {
  readonly name: string;
  /** Made of the file's text; the text itself stays at home. */
  readonly id: string;
  /** Never present: carries the types alone. */
  readonly types?: (variables: Variables) => Data;
}

export function operation<Data, Variables>(name: string, id: string): Operation<Data, Variables> {
  return { name, id };
}
