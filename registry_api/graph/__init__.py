"""The GraphQL face of the service: types, resolvers and errors. The only package that imports Strawberry."""
