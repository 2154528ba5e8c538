#include "plyo/report/html_report.h"

#include "page.h"
#include "plyo_embed/report_template.h"
#include "view_model.h"

namespace plyo {

std::string RenderHtmlReport(const ReportInput& input) {
  namespace resource = embedded::report_template;
  return report::RenderPage(report::MakeViewModel(input),
                            {resource::ChartsJs(), resource::ReportJs()});
}

}  // namespace plyo
