/** Built-in functions by the major version that brought them (release notes of 14 to 18, "Functions"). */
export const functionsSince: ReadonlyMap<string, number> = new Map(
  Object.entries({
    14: "bit_count date_bin string_to_table trim_array unistr",
    15: "regexp_count regexp_instr regexp_like regexp_substr",
    16: "any_value array_sample array_shuffle date_add date_subtract erf erfc pg_input_is_valid random_normal",
    17: "to_bin to_oct unicode_assigned uuid_extract_timestamp uuid_extract_version xmltext",
    18: "array_reverse array_sort casefold crc32 crc32c gamma lgamma uuidv4 uuidv7",
  }).flatMap(([version, names]) => names.split(" ").map((name) => [name, Number(version)] as const)),
);
