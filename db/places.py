"""The places people go to work in, as registers write them, and the pinyin initials each is found by.

All prefecture-level places (地级市, 自治州, 盟, 地区), the four 直辖市, 香港, 澳门, and the county-level cities to
which many go. Source: the administrative divisions of the Ministry of Civil Affairs, 333 prefectures.
"""

from functools import lru_cache
from typing import NamedTuple


class Place(NamedTuple):
    """A place's full text (广东省深圳市) and the initials of its short name (sz)."""

    text: str
    initials: str


# Short names with their initials; 市 follows the name where nothing else is given after the stroke.
CITIES = "上海 sh 北京 bj 天津 tj 重庆 cq 香港/特别行政区 xg 澳门/特别行政区 am"

# A line is a province.
PREFECTURES = """
广东省 广州 gz 韶关 sg 深圳 sz 珠海 zh 汕头 st 佛山 fs 江门 jm 湛江 zj 茂名 mm 肇庆 zq 惠州 hz 梅州 mz 汕尾 sw 河源 hy 阳江 yj 清远 qy 东莞 dg 中山 zs 潮州 cz 揭阳 jy 云浮 yf
浙江省 杭州 hz 宁波 nb 温州 wz 嘉兴 jx 湖州 hz 绍兴 sx 金华 jh 衢州 qz 舟山 zs 台州 tz 丽水 ls
江苏省 南京 nj 无锡 wx 徐州 xz 常州 cz 苏州 sz 南通 nt 连云港 lyg 淮安 ha 盐城 yc 扬州 yz 镇江 zj 泰州 tz 宿迁 sq
福建省 福州 fz 厦门 xm 莆田 pt 三明 sm 泉州 qz 漳州 zz 南平 np 龙岩 ly 宁德 nd
山东省 济南 jn 青岛 qd 淄博 zb 枣庄 zz 东营 dy 烟台 yt 潍坊 wf 济宁 jn 泰安 ta 威海 wh 日照 rz 临沂 ly 德州 dz 聊城 lc 滨州 bz 菏泽 hz
安徽省 合肥 hf 芜湖 wh 蚌埠 bb 淮南 hn 马鞍山 mas 淮北 hb 铜陵 tl 安庆 aq 黄山 hs 滁州 cz 阜阳 fy 宿州 sz 六安 la 亳州 bz 池州 cz 宣城 xc
湖北省 武汉 wh 黄石 hs 十堰 sy 宜昌 yc 襄阳 xy 鄂州 ez 荆门 jm 孝感 xg 荆州 jz 黄冈 hg 咸宁 xn 随州 sz 恩施/土家族苗族自治州 es
湖南省 长沙 cs 株洲 zz 湘潭 xt 衡阳 hy 邵阳 sy 岳阳 yy 常德 cd 张家界 zjj 益阳 yy 郴州 cz 永州 yz 怀化 hh 娄底 ld 湘西/土家族苗族自治州 xx
江西省 南昌 nc 景德镇 jdz 萍乡 px 九江 jj 新余 xy 鹰潭 yt 赣州 gz 吉安 ja 宜春 yc 抚州 fz 上饶 sr
河南省 郑州 zz 开封 kf 洛阳 ly 平顶山 pds 安阳 ay 鹤壁 hb 新乡 xx 焦作 jz 濮阳 py 许昌 xc 漯河 lh 三门峡 smx 南阳 ny 商丘 sq 信阳 xy 周口 zk 驻马店 zmd
四川省 成都 cd 自贡 zg 攀枝花 pzh 泸州 lz 德阳 dy 绵阳 my 广元 gy 遂宁 sn 内江 nj 乐山 ls 南充 nc 眉山 ms 宜宾 yb 广安 ga 达州 dz 雅安 ya 巴中 bz 资阳 zy 阿坝/藏族羌族自治州 ab 甘孜/藏族自治州 gz 凉山/彝族自治州 ls
河北省 石家庄 sjz 唐山 ts 秦皇岛 qhd 邯郸 hd 邢台 xt 保定 bd 张家口 zjk 承德 cd 沧州 cz 廊坊 lf 衡水 hs
辽宁省 沈阳 sy 大连 dl 鞍山 as 抚顺 fs 本溪 bx 丹东 dd 锦州 jz 营口 yk 阜新 fx 辽阳 ly 盘锦 pj 铁岭 tl 朝阳 cy 葫芦岛 hld
陕西省 西安 xa 铜川 tc 宝鸡 bj 咸阳 xy 渭南 wn 延安 ya 汉中 hz 榆林 yl 安康 ak 商洛 sl
云南省 昆明 km 曲靖 qj 玉溪 yx 保山 bs 昭通 zt 丽江 lj 普洱 pe 临沧 lc 楚雄/彝族自治州 cx 红河/哈尼族彝族自治州 hh 文山/壮族苗族自治州 ws 西双版纳/傣族自治州 xsbn 大理/白族自治州 dl 德宏/傣族景颇族自治州 dh 怒江/傈僳族自治州 nj 迪庆/藏族自治州 dq
贵州省 贵阳 gy 六盘水 lps 遵义 zy 安顺 as 毕节 bj 铜仁 tr 黔西南/布依族苗族自治州 qxn 黔东南/苗族侗族自治州 qdn 黔南/布依族苗族自治州 qn
广西壮族自治区 南宁 nn 柳州 lz 桂林 gl 梧州 wz 北海 bh 防城港 fcg 钦州 qz 贵港 gg 玉林 yl 百色 bs 贺州 hz 河池 hc 来宾 lb 崇左 cz
海南省 海口 hk 三亚 sy 三沙 ss 儋州 dz
山西省 太原 ty 大同 dt 阳泉 yq 长治 cz 晋城 jc 朔州 sz 晋中 jz 运城 yc 忻州 xz 临汾 lf 吕梁 ll
内蒙古自治区 呼和浩特 hhht 包头 bt 乌海 wh 赤峰 cf 通辽 tl 鄂尔多斯 eeds 呼伦贝尔 hlbe 巴彦淖尔 byne 乌兰察布 wlcb 兴安/盟 xa 锡林郭勒/盟 xlgl 阿拉善/盟 als
吉林省 长春 cc 吉林 jl 四平 sp 辽源 ly 通化 th 白山 bs 松原 sy 白城 bc 延边/朝鲜族自治州 yb
黑龙江省 哈尔滨 heb 齐齐哈尔 qqhe 鸡西 jx 鹤岗 hg 双鸭山 sys 大庆 dq 伊春 yc 佳木斯 jms 七台河 qth 牡丹江 mdj 黑河 hh 绥化 sh 大兴安岭/地区 dxal
甘肃省 兰州 lz 嘉峪关 jyg 金昌 jc 白银 by 天水 ts 武威 ww 张掖 zy 平凉 pl 酒泉 jq 庆阳 qy 定西 dx 陇南 ln 临夏/回族自治州 lx 甘南/藏族自治州 gn
青海省 西宁 xn 海东 hd 海北/藏族自治州 hb 黄南/藏族自治州 hn 海南/藏族自治州 hn 果洛/藏族自治州 gl 玉树/藏族自治州 ys 海西/蒙古族藏族自治州 hx
宁夏回族自治区 银川 yc 石嘴山 szs 吴忠 wz 固原 gy 中卫 zw
新疆维吾尔自治区 乌鲁木齐 wlmq 克拉玛依 klmy 吐鲁番 tlf 哈密 hm 昌吉/回族自治州 cj 博尔塔拉/蒙古自治州 betl 巴音郭楞/蒙古自治州 bygl 阿克苏/地区 aks 克孜勒苏/柯尔克孜自治州 kzls 喀什/地区 ks 和田/地区 ht 伊犁/哈萨克自治州 yl 塔城/地区 tc 阿勒泰/地区 alt
西藏自治区 拉萨 ls 日喀则 rkz 昌都 cd 林芝 lz 山南 sn 那曲 nq 阿里/地区 al
"""

# County-level cities to which many go to work.
COUNTY_CITIES = """
江苏省 昆山 ks 江阴 jy 张家港 zjg 常熟 cs 太仓 tc 宜兴 yx 丹阳 dy 靖江 jj 启东 qd
浙江省 义乌 yw 慈溪 cx 余姚 yy 永康 yk 温岭 wl 乐清 yq 瑞安 ra 诸暨 zj 海宁 hn 桐乡 tx 平湖 ph 东阳 dy 玉环 yh 临海 lh 嵊州 sz
福建省 晋江 jj 石狮 ss 福清 fq 南安 na
山东省 胶州 jz 龙口 lk 寿光 sg
河北省 三河 sh 高碑店 gbd
广东省 普宁 pn 鹤山 hs 四会 sh
"""

# Where most migrant work goes, first to last; what is not here follows in the order above.
DESTINATIONS = """
深圳 东莞 广州 上海 北京 苏州 杭州 宁波 佛山 温州 泉州 中山 惠州 昆山 义乌 晋江 金华 无锡 南京 常州 嘉兴 台州 天津 厦门
福州 绍兴 珠海 江门 合肥 武汉 成都 重庆 青岛 郑州 长沙 西安 湖州 南通 慈溪 余姚 江阴 张家港 常熟 太仓 永康 温岭 乐清 瑞安
诸暨 海宁 桐乡 石狮 福清 南安 汕头 肇庆 芜湖 济南 昆明 贵阳 南宁 南昌 石家庄 太原 沈阳 大连 长春 哈尔滨 海口 乌鲁木齐 兰州
呼和浩特 银川 西宁 香港 澳门
"""


@lru_cache(maxsize=1)
def places() -> tuple[Place, ...]:
    """Every place once, the commonest destinations of migrant work first."""
    known = {}
    for line in [f" {CITIES}", *PREFECTURES.strip().split("\n"), *COUNTY_CITIES.strip().split("\n")]:
        province, *words = line.split(" ")
        for name, initials in zip(words[::2], words[1::2], strict=True):
            short, _, kind = name.partition("/")
            known[short] = Place(f"{province}{short}{kind or '市'}", initials)
    order = dict.fromkeys([*DESTINATIONS.split(), *known])
    return tuple(known[short] for short in order)
