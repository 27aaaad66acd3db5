"""Reports upward: 月报, 季度汇报, 学期总结, 年终总结, 迎检目录, from templates their users can edit. docs/reports.md."""
