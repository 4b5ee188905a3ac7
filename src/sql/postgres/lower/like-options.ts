/** `LIKE t INCLUDING …`: in the order of the bits of PostgreSQL's TableLikeOption; INCLUDING ALL is all of them. */
export const likeOptionNames: readonly string[] = [
  "comments",
  "compression",
  "constraints",
  "defaults",
  "generated",
  "identity",
  "indexes",
  "statistics",
  "storage",
];
