/** Changes a part of what the address keeps, as it is by then: two quick changes are both kept. */

import { useNavigate } from "@tanstack/react-router";

export function useChangeSearch() {
  const navigate = useNavigate();
  return (change: object) =>
    void navigate({
      to: ".",
      search: (now: object) => ({ ...now, ...change }),
      replace: true,
      resetScroll: false,
    });
}
