/**
 * May a value that ALTER TYPE … ADD VALUE adds be used before the transaction commits? Only if the type is as new,
 * and from 17 on (measured: up to 16 the value is refused, 55P04, even then; manual, ALTER TYPE, "Notes").
 */
export const canUseAddedValue = (version: number, typeIsNew: boolean): boolean => typeIsNew && version >= 17;
