"""The program itself, on a disk that takes no writing as long as the file named in READ_ONLY is there."""

import os
import sys

from db import store


class FailingDisk(store.SqliteLedger):
    def execute_sql(self, sql, *args, **options):
        self.connection().execute(f"PRAGMA query_only = {os.path.exists(os.environ['READ_ONLY'])}")
        return super().execute_sql(sql, *args, **options)


store.SqliteLedger = FailingDisk

from tui.__main__ import main  # noqa: E402

sys.exit(main())
