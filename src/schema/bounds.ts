/**
 * How much of one object is held. Lists inside of an object are copied and searched at each statement that touches it,
 * so a hostile file with a hundred thousand constraints would take hours. No real schema comes near; what is beyond a
 * bound isn't known, and the object no longer counts as complete.
 */
import type { Index, Relation, UserType } from "./model.ts";

/** MySQL's limit; PostgreSQL's is 1,600. */
const mostColumns = 4096;
/** Constraints, triggers, policies, indexes of a relation, labels and checks of a type. */
const mostMembers = 1000;
/** Earlier names of a relation or column. */
export const mostNames = 20;

const first = <T>(list: readonly T[], most: number): readonly T[] =>
  list.length > most ? list.slice(0, most) : list;

export function boundedRelation(relation: Relation): Relation {
  const { columns, constraints, triggers, policies, droppedColumns, droppedConstraints } = relation;
  const members = [constraints, triggers, policies, droppedColumns, droppedConstraints];
  if (columns.length <= mostColumns && members.every(({ length }) => length <= mostMembers)) return relation;
  return {
    ...relation,
    columns: first(columns, mostColumns),
    constraints: first(constraints, mostMembers),
    triggers: first(triggers, mostMembers),
    policies: first(policies, mostMembers),
    droppedColumns: first(droppedColumns, mostMembers),
    droppedConstraints: first(droppedConstraints, mostMembers),
    complete: false,
  };
}

export function boundedType(type: UserType): UserType {
  const { labels, attributes, checks } = type;
  if ([labels, attributes, checks].every(({ length }) => length <= mostMembers)) return type;
  return {
    ...type,
    labels: first(labels, mostMembers),
    attributes: first(attributes, mostMembers),
    checks: first(checks, mostMembers),
    complete: false,
  };
}

export const isFull = (indexes: readonly Index[]): boolean => indexes.length >= mostMembers;
