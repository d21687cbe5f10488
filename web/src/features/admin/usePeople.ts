/** Everybody, and their names by id. */

import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import type { components } from "@/api/schema";

export type Person = components["schemas"]["Person"];

export const USERS = "/api/v1/users";

export function usePeople() {
  const query = useAnswer(USERS);
  const names = useMemo(
    () => new Map(query.data?.users.map((user) => [user.id, user.name]) ?? []),
    [query.data],
  );
  return { query, names };
}
