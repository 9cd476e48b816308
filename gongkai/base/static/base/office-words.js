/* Made from djangojs.po by python -m gongkai.base.words */
Object.assign(django.catalog, {
 "(%(number)s new items in this menu)": "（这个菜单有 %(number)s 个新项）",
 "(1 new item in this menu)": "（这个菜单有 1 个新项）",
 "(New)": "（新）",
 "%(num)s error": [
  "%(num)s 处错误"
 ],
 "%(num)s min": [
  "%(num)s 分钟"
 ],
 "%(num)s pixel": [
  "%(num)s 像素"
 ],
 "%(time_zone_option)s: %(localized_time_zone_label)s": "%(time_zone_option)s：%(localized_time_zone_label)s",
 "A network error occurred.": "网络出错。",
 "A server error occurred.": "服务器出错。",
 "Autosave in progress…": "正在自动保存…",
 "Blocks": "内容块",
 "Changes have been autosaved.": "修改已自动保存。",
 "Complex": "较难读",
 "Error while sending preview data.": "预览数据发送失败。",
 "Fair": "一般",
 "Good": "好读",
 "Insert a block": "插入内容块",
 "Split block": "拆分内容块",
 "Write something or type ‘/’ to insert a block": "输入文字，或者输入“/”插入内容块",
 "Are you sure?": "您确定吗？",
 "Enter your comments...": "输入您的注释",
 "Enter your reply...": "输入您的答复"
});
